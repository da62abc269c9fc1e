"""Finding duplicates: perceptual hashes, what subjects look like, nearest neighbours, and lists of pictures to stay away from."""
