"""Identity: is the subject of this picture the subject of its group? Descriptors, a trained verifier and group scores."""
