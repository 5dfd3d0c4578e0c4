"""Files that evaluators carry away, a module for each format. No page and no route stands in here."""
