"""What `verify` looks at, one file each: sealed files, members of shards, agreement with the plan, a second rendering."""
