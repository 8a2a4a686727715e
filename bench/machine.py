"""What a measurement ran on: the processor's name, its caches, and what it can do at most."""
import glob
import os
import re

CACHES = "/sys/devices/system/cpu/cpu0/cache/index*"


def processor():
    """The processor's name as Linux reports it, or none. Names that a virtual machine gives, such
    as "Intel(R) Xeon(R) Processor", are those of many models, so the model's number follows."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            text = file.read()
    except OSError:
        return ""
    facts = dict(re.findall(r"^(model name|model)\s*:\s*(.*)$", text, re.MULTILINE))
    name = facts.get("model name", "").split(" Processor")[0].replace("(R)", "")
    number = "" if any(digit.isdigit() for digit in name) else facts.get("model", "")
    return f"{name}, model {number}" if name and number else name


def caches():
    """{"L1": "48K", ...}: data caches of the first processor, as Linux writes their sizes."""
    found = {}
    for folder in sorted(glob.glob(CACHES)):
        facts = {}
        for name in ("level", "type", "size"):
            with open(os.path.join(folder, name), encoding="ascii") as file:
                facts[name] = file.read().strip()
        if facts["type"] != "Instruction":
            found[f"L{facts['level']}"] = facts["size"]
    return found


def best(rooflines):
    """The highest of each rate: whatever else runs can only take away."""
    return {name: max(roof[name] for roof in rooflines)
            if isinstance(rooflines[0][name], (int, float)) else rooflines[0][name]
            for name in rooflines[0]}


def facts(rooflines, threads):
    """All of it as one object, from the "machine" of some `stylegrad bench --json`."""
    return {"processor": processor(), "caches": caches(), "threads": threads, **best(rooflines)}


def describe(machine):
    """Its lines for a reader."""
    threads = machine["threads"]
    levels = ", ".join(f"{level} {size}" for level, size in machine["caches"].items())
    return (f"{machine['processor'] or 'unknown processor'}, {machine['vector']}"
            + (f"; {levels}" if levels else "") + "\n"
              f"multiply-adds {machine['fma_gflops_1']:.0f} GFLOP/s on 1 thread, "
              f"{machine['fma_gflops']:.0f} on {threads}; memory "
              f"{machine['triad_gbs_1']:.1f} GB/s on 1, {machine['triad_gbs']:.1f} on {threads}")
