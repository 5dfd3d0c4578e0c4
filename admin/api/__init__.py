"""Results for programs: read only, aggregates only, with a token. No response or note is here."""
