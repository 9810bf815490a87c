module github.com/ashwanth01/ashapp-backend/app

go 1.26
