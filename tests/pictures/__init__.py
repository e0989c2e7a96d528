"""What every page looks like: fingerprints of pictures, and the command that makes them anew."""
