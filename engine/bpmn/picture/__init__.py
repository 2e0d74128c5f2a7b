"""A BPMN file drawn where nothing but this program runs: its diagram as shapes, and the shapes as SVG."""
