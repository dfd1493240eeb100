"""The kernel workload in other simulators, each as its own users would write it."""
