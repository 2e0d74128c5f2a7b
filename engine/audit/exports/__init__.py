"""The trail as files others read: one writer a format, each a generator of bytes that holds one entry at a time."""
