"""What a client of liblua5.1.so.0 compiles into itself or asks the loader for, read from both sides."""
