package repo

import (
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// treeCache keeps decoded trees: one commit's tree is read again as that of its child's parent, and most of what lies in
// it is the same in both. It holds two generations, of which the older goes when the younger is full.
type treeCache struct {
	mu         sync.Mutex
	young, old map[plumbing.Hash][]treeEntry
	entries    int // in young
}

// maxCachedEntries bounds a generation: about 20 MB.
const maxCachedEntries = 250_000

// tree reads a tree, through the cache. The list must not be changed.
func (s *store) tree(id plumbing.Hash, dir string) ([]treeEntry, error) {
	if list, ok := s.trees.get(id); ok {
		return list, nil
	}
	list, err := s.readTree(id, dir)
	if err == nil {
		s.trees.put(id, list)
	}
	return list, err
}

func (c *treeCache) get(id plumbing.Hash) ([]treeEntry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list, ok := c.young[id]
	if !ok {
		if list, ok = c.old[id]; ok {
			c.add(id, list)
		}
	}
	return list, ok
}

func (c *treeCache) put(id plumbing.Hash, list []treeEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(id, list)
}

func (c *treeCache) add(id plumbing.Hash, list []treeEntry) {
	if c.young == nil || c.entries > maxCachedEntries {
		c.old, c.young, c.entries = c.young, map[plumbing.Hash][]treeEntry{}, 0
	}
	c.young[id] = list
	c.entries += len(list) + 1
}
