package settings

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Peer is whom the backend may talk to, or who may talk to it: addresses, or all pods of a namespace. One of the two is set.
type Peer struct {
	// CIDR is a range of addresses, such as 10.0.0.0/8.
	CIDR string `json:"cidr,omitempty"`
	// Namespace is that of pods on the same cluster.
	Namespace string `json:"namespace,omitempty"`
}

// Egress is a way out for the backend.
type Egress struct {
	Peer
	Port int `json:"port"`
	// Protocol is TCP or UDP.
	Protocol string `json:"protocol"`
}

func networkFields() map[string]field {
	return map[string]field{
		"backend.egress":      list("backend.egress", func(s *Settings) *[]Egress { return &s.Backend.Egress }, parseEgress),
		"backend.ingressFrom": list("backend.ingressFrom", func(s *Settings) *[]Peer { return &s.Backend.IngressFrom }, parsePeer),
	}
}

func parseEgress(raw json.RawMessage) (Egress, error) {
	egress := Egress{Protocol: "TCP"}
	if !strictly(raw, &egress) {
		return egress, fmt.Errorf("%s: must be {cidr: ADDRESSES, port: NUMBER} or {namespace: NAME, port: NUMBER}, and may have a protocol", raw)
	}
	if egress.Port < 1 || egress.Port > 65535 {
		return egress, fmt.Errorf("port: %d: must be from 1 to 65535", egress.Port)
	}
	if egress.Protocol != "TCP" && egress.Protocol != "UDP" {
		return egress, fmt.Errorf("protocol: %q: must be TCP or UDP", egress.Protocol)
	}
	return egress, egress.check()
}

func parsePeer(raw json.RawMessage) (peer Peer, err error) {
	if !strictly(raw, &peer) {
		return peer, fmt.Errorf("%s: must be {cidr: ADDRESSES} or {namespace: NAME}", raw)
	}
	return peer, peer.check()
}

// check wants one of the two, and makes a range of a single address.
func (p *Peer) check() error {
	if (p.CIDR == "") == (p.Namespace == "") {
		return fmt.Errorf("must have either cidr or namespace")
	}
	if p.Namespace != "" {
		if problem := label(p.Namespace); problem != "" {
			return fmt.Errorf("namespace: %q: %s", p.Namespace, problem)
		}
		return nil
	}
	if address, err := netip.ParseAddr(p.CIDR); err == nil {
		p.CIDR = netip.PrefixFrom(address, address.BitLen()).String()
	}
	prefix, err := netip.ParsePrefix(p.CIDR)
	switch {
	case err == nil && prefix == prefix.Masked():
		return nil
	case err == nil:
		return fmt.Errorf("cidr: %q: must be %s, or a longer prefix", p.CIDR, prefix.Masked())
	case len(validation.IsDNS1123Subdomain(strings.ToLower(p.CIDR))) == 0:
		return fmt.Errorf("cidr: %q: must be addresses, such as 10.0.0.0/8: Kubernetes' NetworkPolicy knows no host names", p.CIDR)
	}
	return fmt.Errorf("cidr: %q: must be addresses, such as 10.0.0.0/8", p.CIDR)
}
