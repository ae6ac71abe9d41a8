"""The pages an agent opens on a phone or at a desk: data in, HTML out."""
