package object

// deepCopy copies maps and slices. The copy of apimachinery panics on
// unknown values, which inputs may hold in a preview.
func deepCopy(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, element := range value {
			copied[key] = deepCopy(element)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, element := range value {
			copied[i] = deepCopy(element)
		}
		return copied
	default:
		return value
	}
}
