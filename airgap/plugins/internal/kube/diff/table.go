package diff

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Options are the provider settings that change what is immutable.
type Options struct {
	// ConfigMapMutable and SecretMutable let data change in place. Without
	// them a change makes a new object under a new name, so that every Pod
	// that names it is restarted with the new content.
	ConfigMapMutable, SecretMutable bool
}

// Immutable returns the properties of the object that only a replacement can
// change. The facts are those of the official provider (4.25): what the API
// server refuses to update, and what an update would not bring into effect.
func Immutable(object *unstructured.Unstructured, options Options) []Pattern {
	patterns := []Pattern{"metadata.name", "metadata.namespace"}
	kind := object.GroupVersionKind()
	immutable, _, _ := unstructured.NestedBool(object.Object, "immutable")
	switch {
	case kind.Group == "" && kind.Kind == "Secret" && (immutable || !options.SecretMutable):
		return append(patterns, "type", "stringData", "data")
	case kind.Group == "" && kind.Kind == "ConfigMap" && (immutable || !options.ConfigMapMutable):
		return append(patterns, "binaryData", "data")
	default:
		return append(patterns, byKind(kind.GroupKind())...)
	}
}

func byKind(kind schema.GroupKind) []Pattern {
	switch kind {
	case schema.GroupKind{Group: "apps", Kind: "Deployment"}, schema.GroupKind{Group: "apps", Kind: "DaemonSet"}:
		return []Pattern{"spec.selector"}
	case schema.GroupKind{Group: "apps", Kind: "StatefulSet"}:
		return []Pattern{
			"spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName",
			"spec.volumeClaimTemplates",
		}
	case schema.GroupKind{Group: "batch", Kind: "Job"}:
		return []Pattern{"spec.completions", "spec.parallelism", "spec.selector", "spec.template"}
	case schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"},
		schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:
		return []Pattern{"roleRef"}
	case schema.GroupKind{Group: "storage.k8s.io", Kind: "StorageClass"}:
		return []Pattern{"parameters", "provisioner"}
	case schema.GroupKind{Kind: "PersistentVolumeClaim"}:
		return []Pattern{"spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"}
	case schema.GroupKind{Kind: "PersistentVolume"}:
		return below("spec", volumeSources)
	case schema.GroupKind{Kind: "Pod"}:
		return pod()
	case schema.GroupKind{Kind: "ResourceQuota"}:
		return []Pattern{"spec.scopes"}
	case schema.GroupKind{Kind: "Secret"}:
		return []Pattern{"type"}
	case schema.GroupKind{Kind: "Service"}:
		return []Pattern{"spec.clusterIP"}
	default:
		return nil
	}
}

func pod() []Pattern {
	patterns := below("spec", podFields)
	patterns = append(patterns, below("spec.containers[*]", containerFields)...)
	return append(patterns, below("spec.initContainers[*]", containerFields)...)
}

func below(prefix string, fields []string) []Pattern {
	patterns := make([]Pattern, len(fields))
	for i, field := range fields {
		patterns[i] = Pattern(prefix + "." + field)
	}
	return patterns
}

var (
	volumeSources = []string{
		"awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker",
		"gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk",
		"portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
	}
	podFields = []string{
		"affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases",
		"hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead",
		"preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName",
		"schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace",
		"subdomain", "terminationGracePeriodSeconds", "volumes",
	}
	containerFields = []string{
		"args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports",
		"readinessProbe", "resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath",
		"terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
	}
)
