"""Where the rooms are joined: the only place, with the commands and the scenarios, that knows them all."""
