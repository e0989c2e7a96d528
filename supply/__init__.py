"""What the product is made of: its parts and their licences, known weaknesses, and a wheel that comes out the same."""
