// Package markdown finds links in Markdown files that lead nowhere: to a file that is not there, or to a heading that a file has not.
package markdown

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// document is what a file offers to links, and where its own lead to.
type document struct {
	anchors map[string]bool
	links   []link
}

// link is one that is written in a line, from 1.
type link struct {
	target string
	line   int
}

var (
	fence      = regexp.MustCompile("^ {0,3}(?:```|~~~)")
	code       = regexp.MustCompile("`[^`]*`")
	heading    = regexp.MustCompile(`^#{1,6} +(.*?)(?: +#+)? *$`)
	inline     = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`)
	definition = regexp.MustCompile(`^ {0,3}\[[^\]]+\]: +(\S+)`)
	labelled   = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
)

// parse reads a file. What is in a block of code, or between backticks, is no link.
func parse(text string) document {
	found := document{anchors: map[string]bool{}}
	inFence, line := false, 0
	for text := range strings.Lines(text) {
		line++
		text = strings.TrimRight(text, "\r\n")
		if fence.MatchString(text) {
			inFence = !inFence
			continue
		}
		if inFence {
			continue
		}
		if title := heading.FindStringSubmatch(text); title != nil {
			found.addAnchor(title[1])
		}
		text = code.ReplaceAllString(text, "")
		for _, target := range append(inline.FindAllStringSubmatch(text, -1), definition.FindAllStringSubmatch(text, -1)...) {
			found.links = append(found.links, link{target: target[1], line: line})
		}
	}
	return found
}

// addAnchor gives a heading its name, with a number where another heading has the same.
func (d document) addAnchor(title string) {
	name := anchor(title)
	for unique, number := name, 0; ; number++ {
		if number > 0 {
			unique = name + "-" + strconv.Itoa(number)
		}
		if !d.anchors[unique] {
			d.anchors[unique] = true
			return
		}
	}
}

// anchor is the name that GitHub gives a heading: its text in small letters, without marks, with hyphens for spaces.
func anchor(title string) string {
	title = labelled.ReplaceAllString(title, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}
