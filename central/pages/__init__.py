"""What people see of the centre: pages made on the server, which work without JavaScript except for being live."""
