package main

// version is that of the project. A release of it has an entry of the same name in CHANGELOG.md, and is tagged with it.
const version = "0.1.0"
