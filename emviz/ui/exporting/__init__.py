"""Export from the window: tables, pictures, web pages, handouts, animations."""
