"""What several models share: parts that a model is put together from."""
