// Verifies a signed note on standard input under the verifier key in the first argument with
// golang.org/x/mod/sumdb/note, which knows nothing of Chancery, and prints the note's text.
package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	if err != nil {
		fail(err)
	}
	message, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		fail(err)
	}
	fmt.Print(opened.Text)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
