package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"unicode"
	"unicode/utf8"
)

// maxNameRunes bounds what a client can have sent back to it.
const maxNameRunes = 64

// greetByName greets whoever the path names. It is the route to copy from: docs/how-to/add-an-endpoint.md goes through it.
func greetByName(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !isName(name) {
		refuse(w, r, http.StatusBadRequest, fmt.Sprintf(
			"the name must be 1 to %d letters, digits, spaces, apostrophes, hyphens or periods", maxNameRunes))
		return
	}
	w.Header().Set("Vary", "Accept")
	message := "Hello, " + name + "!"
	if !prefersJSON(r.Header["Accept"]) {
		writeText(w, message)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct { // fails only when the client has gone
		Message string `json:"message"`
	}{message})
}

// isName accepts names of people in any script, and nothing that could be markup or a line of its own.
func isName(text string) bool {
	if text == "" || utf8.RuneCountInString(text) > maxNameRunes {
		return false
	}
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
		case r == ' ', r == '\'', r == '-', r == '.':
		default:
			return false
		}
	}
	return true
}
