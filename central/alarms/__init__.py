"""Alarms: what somebody must be told of without having to look. Opened once, closed by itself, sent where wanted."""
