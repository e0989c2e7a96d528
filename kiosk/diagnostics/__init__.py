"""The technician: what is broken, told on the phone, in a file and on the screen."""
