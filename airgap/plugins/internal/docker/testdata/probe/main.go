// Command probe is what integration tests run in a container. It serves the
// file /k/key on port 5000 and is healthy as soon as it serves; "fail" makes it
// exit with an error instead, and "health" asks the one that serves.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "/k/key") })
		exit(http.ListenAndServe(":5000", nil))
	}
	if os.Args[1] == "fail" {
		exit(fmt.Errorf("the disk is on fire"))
	}
	response, err := http.Get("http://127.0.0.1:5000/")
	if err != nil || response.StatusCode != http.StatusOK {
		exit(fmt.Errorf("not healthy: %v", err))
	}
}

func exit(err error) {
	fmt.Println(err)
	os.Exit(3)
}
