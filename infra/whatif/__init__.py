"""What-if: what happened, replayed under another desk. Reads, and changes nothing."""
