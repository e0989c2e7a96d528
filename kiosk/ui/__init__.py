"""The face: the only place that knows Qt. Pages come in as words, what the client touches goes out as events."""
