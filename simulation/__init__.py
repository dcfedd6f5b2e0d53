"""The monthly model of resettled households: arrays in, arrays out."""
