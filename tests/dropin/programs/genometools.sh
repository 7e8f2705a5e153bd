#!/bin/sh
# gt runs Lua scripts over its own objects: userdata with metatables, iterators, errors.
# packages: genometools
cat > in.gff3 <<'END'
##gff-version 3
##sequence-region chr1 1 10000
chr1	test	gene	100	900	.	+	.	ID=g1;Name=first
chr1	test	exon	100	300	.	+	.	Parent=g1
chr1	test	exon	500	900	.	+	.	Parent=g1
chr1	test	gene	2000	2500	.	-	.	ID=g2
END
cat > script.lua <<'END'
local stream = gt.gff3_in_stream_new_sorted "in.gff3"
local node = stream:next_tree()
while node do
  if pcall(node.get_type, node) then
    local range = node:get_range()
    print(node:get_type(), range:get_start(), range:get_end(), node:get_strand(), node:get_attribute "ID")
    local iterator = gt.feature_node_iterator_new(node)
    local child = iterator:next()
    while child do
      print("  ", child:get_type(), child:get_seqid())
      child = iterator:next()
    end
  end
  node = stream:next_tree()
end
local index = gt.feature_index_memory_new()
index:add_gff3file "in.gff3"
for _, id in ipairs(index:get_seqids()) do print(id, #index:get_features_for_seqid(id)) end
print(pcall(gt.gff3_in_stream_new_sorted, {}))
print(pcall(gt.range_new, 5, 1))
local alphabet = gt.alphabet_new_dna()
print(#arg, arg[0], pcall(error, "text"), select("#", gt.range_new(1, 2)), alphabet ~= nil)
for _ = 1, 500 do gt.range_new(1, 2) end
collectgarbage()
END
gt script.lua a b || echo "status $?"
echo 'error "out of the script"' > bad.lua
gt bad.lua || echo "status $?"
gt gff3 -sort in.gff3
echo 'print(1 + 1, _VERSION)' | gt -i script.lua
