"""From values to the words and shapes a page shows."""
