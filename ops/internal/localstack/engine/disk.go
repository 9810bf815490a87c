package engine

// NeededDisk is what a local stack's images and data take at most, in bytes.
const NeededDisk = 2 << 30
