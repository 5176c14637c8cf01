# The figures of BUILD/bench.json by number of open sockets, threads and rules: gnuplot -e "data='...'; out='...'".
# The data file has a block for each, `size bare low high floor low high tcpalive low high` a line.
set terminal svg size 960,320 font "sans-serif,11" background "white"
set output out
set multiplot layout 1,3
set logscale x
set yrange [0:]
set grid ytics lc rgb "#dddddd"
set key top left
set ylabel "µs"
set style line 1 lc rgb "#888888" lw 2 pt 7 ps 0.5
set style line 2 lc rgb "#d08000" lw 2 pt 7 ps 0.5
set style line 3 lc rgb "#0060b0" lw 2 pt 7 ps 0.5
array name[3] = ["bare", "floor", "tcpalive"]
array title[3] = ["socket + connect, by open sockets", "socket + close, by threads", "socket + connect, by rules"]
do for [part = 1:3] {
    set title title[part]
    plot for [way = 1:3] data index part - 1 using 1:(column(3 * way - 1)):(column(3 * way)):(column(3 * way + 1)) \
        with yerrorlines ls way title name[way]
}
unset multiplot
