"""The smart card reader: PC/SC, the files of Finnish and Estonian identity cards, and their certificates."""
