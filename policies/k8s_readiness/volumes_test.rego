package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_what_opens_the_host if {
	every kind in ["hostPath", "bind", "npipe"] {
		k8s_readiness.opens_host({"kind": kind, "source": {}}) with input as service({}, {})
	}
	every kind in ["volume", "emptyDir", "tmpfs", "persistentVolumeClaim"] {
		not k8s_readiness.opens_host({"kind": kind, "source": {"source": "data"}}) with input as service({}, {})
	}
}

test_named_volume_that_is_a_bind_mount if {
	every options in ["bind", "rbind", "ro,bind", "bind,rw"] {
		k8s_readiness.opens_host({"kind": "volume", "source": {"source": "data"}}) with input as project_with(options)
	}
	every options in ["addr=10.0.0.5,rw", "nobind", "", 7] {
		not k8s_readiness.opens_host({"kind": "volume", "source": {"source": "data"}}) with input as project_with(options)
	}
	not k8s_readiness.opens_host({"kind": "volume", "source": {"source": "other"}}) with input as project_with("bind")
}

project_with(options) := changed(service({}, {}), {"project": {"volumes": {"data": disguised(options)}}})

disguised(options) := {"driver": "local", "driver_opts": {"type": "none", "o": options, "device": "/srv/data"}}

test_secret_stores if {
	k8s_readiness.is_secret_store({"source": {"driver": "csi.spiffe.io"}})
	not k8s_readiness.is_secret_store({"source": {"driver": "nfs.csi.k8s.io"}})
	not k8s_readiness.is_secret_store({"source": {}})
}
