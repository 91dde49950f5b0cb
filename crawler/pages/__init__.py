"""What pages say, as plain values: pure functions, called through the sandbox alone."""
