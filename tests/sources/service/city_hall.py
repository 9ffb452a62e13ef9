"""A city hall's map server on loopback: WFS, OGC API Features and ArcGIS REST, well behaved or not."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import shapely

COUNT, PAGE = 23, 10
NAMES = [f"แปลง {at}" for at in range(COUNT)]
X = [498_000.0 + 100 * at for at in range(COUNT)]
Y = 2_077_000.0
LON, LAT = 98.98, 18.78


class CityHall:
    """Answers as `ways` say: the name of a misbehaviour turns it on."""

    def __init__(self):
        self.ways, self.asked = set(), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                query = {key.lower(): value for key, value in parse_qsl(parts.query)}
                outer.asked.append((parts.path, query))
                status, body = outer.answer(parts.path, query)
                raw = body if isinstance(body, bytes) else body.encode()
                if "cut" in outer.ways and len(outer.asked) > 2:
                    raw = raw[: len(raw) // 2]
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def answer(self, path, query):
        if path.startswith("/wfs"):
            return self.wfs(query)
        if path.startswith("/api"):
            return self.api(path.removeprefix("/api"), query)
        return self.arcgis(path.removeprefix("/arcgis"), query)

    # WFS

    @property
    def srs(self):
        return "urn:ogc:def:crs:EPSG::4326" if "degrees" in self.ways else "urn:ogc:def:crs:EPSG::32647"

    def wfs(self, query):
        version = "1.1.0" if "old" in self.ways else "2.0.0"
        if "ancient" in self.ways:
            version = "1.0.0"
        if "exception" in self.ways:
            return (
                200,
                "<ows:ExceptionReport xmlns:ows='o'><ows:ExceptionText>no such user bob</ows:ExceptionText></ows:ExceptionReport>",
            )
        if query["request"] == "GetCapabilities":
            form = (
                ""
                if "gml" in self.ways
                else "<Parameter name='outputFormat'><Value>application/json</Value></Parameter>"
            )
            return 200, (
                f"<WFS_Capabilities version='{version}'><Operation name='GetFeature'>{form}</Operation>"
                f"<FeatureType><Name>plan:zoning</Name><DefaultCRS>{self.srs}</DefaultCRS></FeatureType></WFS_Capabilities>"
            )
        assert query.get("typenames", query.get("typename")) == "plan:zoning"
        here = self.inside(query.get("bbox"))
        if query.get("resulttype") == "hits":
            word = "numberOfFeatures" if "old" in self.ways else "numberMatched"
            stated = "unknown" if "uncounted" in self.ways else str(here)
            return 200, f"<FeatureCollection {word}='{stated}'/>"
        start = 0 if "stuck" in self.ways else int(query.get("startindex", 0))
        size = min(int(query.get("count", query.get("maxfeatures", 0))), PAGE)
        rows = range(start, min(start + size, here))
        if "lost" in self.ways:
            rows = [row for row in rows if row < COUNT - 3]
        if "gml" in self.ways:
            return 200, self.gml(rows)
        features = [self.feature(row, f"zoning.{row}") for row in rows]
        return 200, json.dumps({"type": "FeatureCollection", "features": features})

    def inside(self, text):
        """Count the features in an extent, in whatever order of axes this server takes it."""
        if text is None:
            return COUNT
        *corners, name = text.split(",")
        assert name == self.srs
        box = [float(value) for value in corners]
        if "degrees" in self.ways and "turned" not in self.ways:
            box = [box[1], box[0], box[3], box[2]]
        x, y = (LON, LAT) if "degrees" in self.ways else (X[0], Y)
        return COUNT if box[0] <= x <= box[2] and box[1] <= y <= box[3] else 0

    def place(self, row):
        if "degrees" in self.ways:
            return (LAT, LON + row / 1000) if "swapped" in self.ways else (LON + row / 1000, LAT)
        return X[row], Y

    def feature(self, row, unit):
        return {
            "type": "Feature",
            "id": unit,
            "properties": {"ชื่อ": NAMES[row], "far": 2.5, "code": f"0{row}"},
            "geometry": {"type": "Point", "coordinates": self.place(row)},
        }

    def gml(self, rows):
        text = ""
        for row in rows:
            x, y = self.place(row)
            pos = f"{y} {x}" if "degrees" in self.ways else f"{x} {y}"
            text += (
                f"<wfs:member><plan:zoning gml:id='zoning.{row}'><plan:name>{NAMES[row]}</plan:name><plan:code>0{row}</plan:code>"
                f"<plan:geom><gml:Point srsName='{self.srs}'><gml:pos>{pos}</gml:pos></gml:Point></plan:geom></plan:zoning></wfs:member>"
            )
        return f"<wfs:FeatureCollection xmlns:wfs='w' xmlns:gml='g' xmlns:plan='p'>{text}</wfs:FeatureCollection>"

    # OGC API Features

    def api(self, path, query):
        stored = "http://www.opengis.net/def/crs/EPSG/0/32647"
        if path == "/collections":
            return 200, json.dumps({"collections": [{"id": "zoning"}]})
        if path == "/collections/zoning":
            return 200, json.dumps({"id": "zoning", "storageCrs": stored, "crs": [stored]})
        if path != "/collections/zoning/items":
            return 404, "{}"
        assert query["crs"] == stored
        start = int(query.get("offset", 0))
        rows = range(start, min(start + PAGE, COUNT))
        if "lost" in self.ways:
            rows = [row for row in rows if row != 4]
        links = [{"rel": "self", "href": "x"}]
        if start + PAGE < COUNT:
            onward = f"{self.url}/api{path}?crs={stored}&offset={start + PAGE}"
            onward = onward.replace("127.0.0.1", "localhost") if "elsewhere" in self.ways else onward
            onward = f"{self.url}/api{path}?crs={stored}" if "stuck" in self.ways else onward
            links.append({"rel": "next", "type": "application/geo+json", "href": onward})
        features = [self.feature(row, row) for row in rows]
        if "degrees_all_the_same" in self.ways:
            for feature in features:
                feature["geometry"]["coordinates"] = [LON, LAT]
        counted = {} if "uncounted" in self.ways else {"numberMatched": COUNT}
        return 200, json.dumps({"type": "FeatureCollection", "features": features, "links": links, **counted})

    # ArcGIS REST

    def arcgis(self, path, query):
        reference = {"wkid": 102100, "latestWkid": 32647}
        if "error" in self.ways:
            return 200, '{"error": {"code": 499, "message": "Token Required"}}'
        if path == "/FeatureServer":
            return 200, json.dumps({"layers": [{"id": 0, "name": "Roads"}, {"id": 3, "name": "Zoning"}]})
        if path == "/FeatureServer/3":
            fields = [
                {"name": "OBJECTID", "type": "esriFieldTypeOID"},
                {"name": "ชื่อ", "type": "esriFieldTypeString"},
                {"name": "ประกาศ", "type": "esriFieldTypeDate"},
            ]
            return 200, json.dumps(
                {
                    "type": "Feature Layer",
                    "name": "Zoning",
                    "geometryType": "esriGeometryPolygon",
                    "maxRecordCount": PAGE,
                    "extent": {"spatialReference": reference},
                    "fields": fields,
                    "advancedQueryCapabilities": {"supportsPagination": "unpaged" not in self.ways},
                }
            )
        assert path == "/FeatureServer/3/query"
        if query.get("returncountonly"):
            assert "geometry" not in query or json.loads(query["insr"]) == reference
            return 200, json.dumps({"count": COUNT})
        numbers = [7 * row + 1 for row in range(COUNT)]
        if query.get("returnidsonly"):
            return 200, json.dumps({"objectIds": numbers[::-1]})
        rows = range(COUNT)
        if "resultoffset" in query:
            start = 0 if "stuck" in self.ways else int(query["resultoffset"])
            rows = range(start, min(start + int(query["resultrecordcount"]), COUNT))
        elif " AND " in query["where"]:
            low, high = (int(part.split()[-1]) for part in query["where"].split(" AND "))
            rows = [row for row in rows if low <= numbers[row] <= high]
        rows = list(rows)[:PAGE]
        if "lost" in self.ways:
            rows = [row for row in rows if row != 5]
        features = [
            {
                "attributes": {"OBJECTID": numbers[row], "ชื่อ": NAMES[row], "ประกาศ": 1_520_812_800_000},
                "geometry": {"rings": self.rings(row)},
            }
            for row in rows
        ]
        return 200, json.dumps(
            {"spatialReference": reference, "features": features, "exceededTransferLimit": len(rows) == PAGE}
        )

    @staticmethod
    def rings(row):
        """Return a square with a hole, clockwise and counter-clockwise, as ArcGIS has it."""
        around = shapely.box(X[row], Y, X[row] + 90, Y + 90, ccw=False)
        hole = shapely.box(X[row] + 30, Y + 30, X[row] + 60, Y + 60, ccw=True)
        return [shapely.get_coordinates(ring).tolist() for ring in (around, hole)]
