#!/bin/sh
# tilemaker asks Lua functions about each node and way; the tiles hold what they answered.
# packages: tilemaker python3
python3 "$CASES/osm.py" > in.osm.pbf
cat > process.lua <<'END'
node_keys = { "amenity" }
function init_function() print("init", _VERSION) end
function exit_function() print("exit", collectgarbage "count" > 0) end
function node_function(node)
  local amenity = node:Find "amenity"
  node:Layer("points", false)
  node:Attribute("class", amenity:upper() .. tostring(node:Holds "name"))
  print("node", node:Id(), amenity, node:Find "name")
end
function way_function(way)
  local highway = way:Find "highway"
  print("way", way:Id(), highway, way:IsClosed())
  way:Layer("roads", false)
  way:AttributeNumeric("speed", #highway * 1.5)
end
END
cat > config.json <<'END'
{ "layers": { "points": { "minzoom": 12, "maxzoom": 14 }, "roads": { "minzoom": 12, "maxzoom": 14 } },
  "settings": { "minzoom": 12, "maxzoom": 14, "basezoom": 14, "include_ids": false, "name": "t", "version": "1",
    "description": "d", "compress": "none", "bounding_box": [0.0, 0.0, 0.1, 0.1] } }
END
tilemaker --input in.osm.pbf --output tiles --config config.json --process process.lua --threads 1 >log 2>&1
echo "status $?"
grep -E '^(init|exit|node|way)' log
find tiles -name '*.pbf' -exec python3 "$CASES/tiles.py" {} +
echo 'function way_function(way) way:Layer(nil) error "stop" end function node_function() end node_keys = {}' > process.lua
tilemaker --input in.osm.pbf --output other --config config.json --process process.lua --threads 1 >log 2>&1
echo "status $?"
exit 0
