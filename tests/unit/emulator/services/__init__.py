"""The services, on the environment of the program, which is made once for all tests here."""
