package multicall

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNameOfTheProgramDecides(t *testing.T) {
	t.Parallel()
	var ran []string
	programs := map[string]Program{
		"etcd":    func(args []string) int { ran = args; return 3 },
		"kubelet": func([]string) int { t.Error("kubelet must not run"); return 0 },
	}
	var stderr bytes.Buffer
	assert.Equal(t, 3, Run(programs, []string{"/usr/local/bin/etcd", "--version"}, &stderr))
	assert.Equal(t, []string{"/usr/local/bin/etcd", "--version"}, ran)
	assert.Empty(t, stderr.String())
}

func TestUnknownNameIsRefusedWithTheKnownOnes(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	assert.Equal(t, 2, Run(map[string]Program{"kubelet": nil, "etcd": nil}, []string{"./kube"}, &stderr))
	assert.Contains(t, stderr.String(), "kube is none of the programs")
	assert.Contains(t, stderr.String(), "etcd, kubelet")
}
