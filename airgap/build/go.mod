module github.com/ashwanth01/ashapp-backend/airgap/build

go 1.26

require golang.org/x/term v0.45.0

require golang.org/x/sys v0.47.0 // indirect
