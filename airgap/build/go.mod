module github.com/ashwanth01/ashapp-backend/airgap/build

go 1.26
