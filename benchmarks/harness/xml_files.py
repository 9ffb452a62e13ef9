"""OpenStreetMap files as XML, which is all that osmnx reads; writing it is never counted."""


def whole(path, target):
    """Write every object of a file but ways and relations that lack members, at which osmnx stops."""
    import osmium  # noqa: PLC0415 - tools that are measured import this module's folder, not osmium

    there = {"n": set(), "w": set(), "r": set()}
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(path)):
            members = ()
            if thing.is_way():
                members = [("n", node.ref) for node in thing.nodes]
            elif thing.is_relation():
                members = [(member.type, member.ref) for member in thing.members]
            plain = thing.is_node() or (members and all(ref in there[kind] for kind, ref in members))
            if plain:
                there[thing.type_str()].add(thing.id)
                writer.add(thing)


def open_ways(path, mode, target):
    """Write the ways that are open to a mode by our rules, with their nodes; osmnx itself does not filter files."""
    import osmium  # noqa: PLC0415

    from urbanplan.sources.osm.access import mode_rules  # noqa: PLC0415

    rules = mode_rules(mode)
    there = {node.id for node in osmium.FileProcessor(str(path), osmium.osm.NODE)}
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
    with osmium.BackReferenceWriter(str(target), ref_src=str(path), relation_depth=0) as writer:
        for way in ways:
            if rules.admits(dict(way.tags)) and all(node.ref in there for node in way.nodes):
                writer.add(way)
