"""What leaves the window as a file: tables, pictures, web pages, handouts, animations."""
