"""The follow-up desk's pages, for supervisors with a second factor. No page shows two people."""
