package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zegl/kube-score/config"
	"github.com/zegl/kube-score/domain"
	"github.com/zegl/kube-score/parser"
	"github.com/zegl/kube-score/score/checks"
	"github.com/zegl/kube-score/score/container"
	"github.com/zegl/kube-score/score/hpa"
	"github.com/zegl/kube-score/score/meta"
	"github.com/zegl/kube-score/score/podtopologyspreadconstraints"
	"github.com/zegl/kube-score/score/security"
	"github.com/zegl/kube-score/score/stable"
	"github.com/zegl/kube-score/scorecard"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// kubeScore gives the manifests to kube-score. Whatever it does not call all right is a finding, optional checks are on,
// and the annotations by which objects may excuse themselves do not count.
//
// The packages of kube-score 1.20.0 that compare labels do not compile with Kubernetes' libraries of 1.34, whose
// labels.Labels has one more method. Rules of our own stand for their checks and list them, and a test of the whole program
// runs all of kube-score as a command.
func kubeScore(manifests []map[string]any) (findings []Finding, err error) {
	parsed, err := parse(manifests)
	if err != nil {
		return nil, err
	}
	all := checks.New(nil)
	container.Register(all, false, false)
	security.Register(all)
	podtopologyspreadconstraints.Register(all)
	hpa.Register(all, parsed.Metas(), leastReplicas)
	meta.Register(all)
	stable.Register(config.Semver{Major: 1, Minor: 34}, all)

	var problems []error
	for _, pod := range parsed.PodSpeccers() {
		found, err := evaluate(all.Pods(), pod, pod.GetTypeMeta(), pod.GetObjectMeta())
		findings, problems = append(findings, found...), append(problems, err)
	}
	for _, autoscaler := range parsed.HorizontalPodAutoscalers() {
		found, err := evaluate(all.HorizontalPodAutoscalers(), autoscaler, autoscaler.GetTypeMeta(), autoscaler.GetObjectMeta())
		findings, problems = append(findings, found...), append(problems, err)
	}
	for _, one := range parsed.Metas() {
		found, err := evaluate(all.Metas(), one, one.TypeMeta, one.ObjectMeta)
		findings, problems = append(findings, found...), append(problems, err)
	}
	return findings, errors.Join(problems...)
}

// evaluate gives one object to the checks of its kind.
func evaluate[T any](
	checksOfKind map[string]checks.GenCheck[T], one T, kind metav1.TypeMeta, named metav1.ObjectMeta,
) (findings []Finding, err error) {
	for _, check := range checksOfKind {
		result, err := check.Fn(one)
		if err != nil {
			return nil, fmt.Errorf("evaluating kube-score's %s: %w", check.ID, err)
		}
		if result.Skipped || result.Grade == scorecard.GradeAllOK {
			continue
		}
		message := check.Comment
		for _, comment := range result.Comments {
			message += "; " + strings.TrimPrefix(comment.Path+": "+comment.Summary, ": ")
		}
		findings = append(findings, Finding{
			Rule: "kube-score/" + check.ID, Object: objectName(kind.Kind, named.Namespace, named.Name), Message: message,
		})
	}
	return findings, nil
}

// document is a manifest as kube-score reads it.
type document struct {
	io.Reader
	name string
}

// Name is what kube-score calls the manifest in its errors.
func (d document) Name() string { return d.name }

func parse(manifests []map[string]any) (domain.AllTypes, error) {
	documents := make([]domain.NamedReader, 0, len(manifests))
	for i, manifest := range manifests {
		text, err := json.Marshal(manifest)
		if err != nil {
			return nil, fmt.Errorf("writing manifest %d for kube-score: %w", i, err)
		}
		documents = append(documents, document{bytes.NewReader(text), fmt.Sprintf("manifest %d", i)})
	}
	reader, err := parser.New(nil)
	if err != nil {
		return nil, fmt.Errorf("preparing kube-score: %w", err)
	}
	parsed, err := reader.ParseFiles(documents)
	if err != nil {
		return nil, fmt.Errorf("reading the manifests with kube-score: %w", err)
	}
	return parsed, nil
}
