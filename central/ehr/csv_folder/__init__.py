"""A folder to drop files into, and one to fetch them from: the humblest way to a health record system."""
