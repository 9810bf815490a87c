package cluster

import "sync"

// lastError keeps the newest of the errors that several watches report.
type lastError struct {
	mutex sync.Mutex
	err   error
}

func (l *lastError) set(err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.err = err
}

func (l *lastError) get() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.err
}
