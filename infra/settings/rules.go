package settings

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
)

// rule tells what is wrong with a value, as "must ..."; empty when nothing is.
type rule func(string) string

func anything(string) string { return "" }

func oneOf(choices ...string) rule {
	return func(value string) string {
		named := slices.DeleteFunc(slices.Clone(choices), func(choice string) bool { return choice == "" })
		return unless(slices.Contains(choices, value), "must be "+strings.Join(named, " or "))
	}
}

// optional takes the empty value as well.
func optional(valid rule) rule {
	return func(value string) string {
		if value == "" {
			return ""
		}
		return valid(value)
	}
}

// The forms of image names, by the reference grammar of the distribution project, and of a surge.
var (
	repositoryForm = regexp.MustCompile(`^([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*$`)
	tagForm        = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	digestForm     = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	headerForm     = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+: *[\\x21-\\x7e][\\t\\x20-\\x7e]*$")
	surgeForm      = regexp.MustCompile(`^[1-9][0-9]{0,2}%?$`)
)

func label(value string) string {
	return unless(len(validation.IsDNS1123Label(value)) == 0,
		"must be a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends")
}

// clusterName leaves room for what is added to it: a container's host name is a DNS label too.
func clusterName(value string) string {
	const longest = validation.DNS1123LabelMaxLength - len("-registry")
	if len(value) > longest {
		return fmt.Sprintf("must be at most %d characters long, since its registry is called NAME-registry", longest)
	}
	return label(value)
}

// ownNamespace is one that the program can make, and whose pods it can confine: not one of Kubernetes' own.
func ownNamespace(value string) string {
	if value == "default" || strings.HasPrefix(value, "kube-") {
		return "must be a namespace of the backend's own, not default or kube-..."
	}
	return label(value)
}

func repository(value string) string {
	return unless(repositoryForm.MatchString(value), "must be a repository without tag or digest, such as docker.io/name/app")
}

func tag(value string) string {
	return unless(tagForm.MatchString(value), "must be an image tag: letters, digits, _ . - and at most 128 of them")
}

func imageName(value string) string {
	name, digest, pinned := strings.Cut(value, "@")
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		if !tagForm.MatchString(name[colon+1:]) {
			return "must be an image name with a tag or digest, and the tag is not one"
		}
		name = name[:colon]
	} else if !pinned {
		return "must be an image name with a tag or digest"
	}
	return unless(repositoryForm.MatchString(name) && (!pinned || digestForm.MatchString(digest)),
		"must be an image name with a tag or digest")
}

func reference(value string) string {
	name, digest, _ := strings.Cut(value, "@")
	return unless(value == "" || repositoryForm.MatchString(name) && digestForm.MatchString(digest),
		"must be empty or name@sha256: followed by 64 hexadecimal digits")
}

func greeting(value string) string {
	return unless(value != "" && len(value) <= 1024, "must be 1 to 1024 bytes long")
}

// surge is above zero: no pod may be missing during a rollout, so that one must be allowed beyond them.
func surge(value string) string {
	return unless(surgeForm.MatchString(value), "must be a number of pods or a percentage, 1 to 999, such as 1 or 25%")
}

// processors is an amount of CPU, which Kubernetes counts in thousandths.
func processors(value string) string {
	amount, err := resource.ParseQuantity(value)
	return unless(err == nil && amount.Sign() > 0 && whole(amount, resource.Milli),
		"must be an amount of CPU above zero in whole thousandths, such as 50m or 2")
}

// bytes is an amount of memory or disk. The unit m, thousandths, is a common mistake for M.
func bytes(value string) string {
	amount, err := resource.ParseQuantity(value)
	return unless(err == nil && amount.Sign() > 0 && whole(amount, 0),
		"must be a number of bytes above zero, such as 64Mi or 64M")
}

// whole tells whether an amount needs no unit smaller than the one given. ScaledValue rounds up.
func whole(amount resource.Quantity, unit resource.Scale) bool {
	return amount.Cmp(*resource.NewScaledQuantity(amount.ScaledValue(unit), unit)) == 0
}

// webAddress is what a browser takes, without what would tell one page from another.
func webAddress(value string) string {
	address, err := url.Parse(value)
	return unless(err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Host != "" &&
		address.User == nil && address.RawQuery == "" && address.Fragment == "" && len(value) <= 2048,
		"must be a URL with http or https and a host, such as https://app.example.com/")
}

// webPath is the path of a URL.
func webPath(value string) string {
	address, err := url.Parse(value)
	return unless(err == nil && strings.HasPrefix(value, "/") && address.Host == "" && address.RawQuery == "" && address.Fragment == "",
		"must be the path of a URL, such as /")
}

// headers are lines of a name, which is a token by RFC 9110, and a value.
func headers(value string) string {
	for line := range strings.Lines(value) {
		if !headerForm.MatchString(strings.TrimSuffix(line, "\n")) {
			return "must be headers, one a line, such as X-Name: value"
		}
	}
	return ""
}

func certificates(value string) string {
	return unless(x509.NewCertPool().AppendCertsFromPEM([]byte(value)), "must be certificates in PEM")
}

func proxy(value string) string {
	return unless(value == "" || value == NoProxy || webAddress(value) == "",
		"must be empty, "+NoProxy+", or a URL with http or https and a host, such as http://proxy.example.com:3128")
}

// host is a name by RFC 1123 or an IP address.
func host(value string) string {
	return unless(net.ParseIP(value) != nil || len(validation.IsDNS1123Subdomain(value)) == 0,
		"must be a host name or an IP address, without scheme and port")
}

// wholePath leads to the same file from every folder: Pulumi runs the program in infra/, which the user need not know.
func wholePath(value string) string {
	return unless(filepath.IsAbs(value) || strings.HasPrefix(value, "~/"), "must be absolute or begin with ~/")
}

// kubernetesForm is the tag of the images of nodes that are made for a version of Kubernetes, such as v1.34.2-k3s1.
var kubernetesForm = regexp.MustCompile(`:v1\.([0-9]{1,3})\.[0-9]`)

// kubernetesMinor is the minor version of Kubernetes 1 in a node image, if its tag tells.
func kubernetesMinor(image string) (minor int, told bool) {
	match := kubernetesForm.FindStringSubmatch(image)
	if match == nil {
		return 0, false
	}
	minor, err := strconv.Atoi(match[1])
	return minor, err == nil
}

// patterns is a list of texts in which * stands for any characters but a slash.
func patterns(value string) string {
	for _, pattern := range List(value) {
		if _, err := path.Match(pattern, ""); err != nil {
			return "must be a list with commas, in which * stands for any characters but a slash, such as example.com/*,*.example.com/*"
		}
	}
	return ""
}

// List splits a value with commas. Empty elements and spaces around elements do not count.
func List(value string) (elements []string) {
	for element := range strings.SplitSeq(value, ",") {
		if element = strings.TrimSpace(element); element != "" {
			elements = append(elements, element)
		}
	}
	return elements
}

func unless(holds bool, problem string) string {
	if holds {
		return ""
	}
	return problem
}
