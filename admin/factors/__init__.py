"""Second factors: what an account shows besides its passphrase. Nothing here opens anything sealed."""
