# The figures of BUILD/bench.json by number of open sockets, threads and rules: gnuplot -e "data='...'; out='...'".
# The data file has a block for each, `size bare low high tcpalive low high` a line.
set terminal svg size 960,320 font "sans-serif,11" background "white"
set output out
set multiplot layout 1,3
set logscale x
set yrange [0:]
set grid ytics lc rgb "#dddddd"
set key top left
set ylabel "µs"
set style line 1 lc rgb "#888888" lw 2 pt 7 ps 0.5
set style line 2 lc rgb "#0060b0" lw 2 pt 7 ps 0.5
set title "socket + connect, by open sockets"
plot data index 0 using 1:2:3:4 with yerrorlines ls 1 title "bare", data index 0 using 1:5:6:7 with yerrorlines ls 2 title "tcpalive"
set title "socket + close, by threads"
plot data index 1 using 1:2:3:4 with yerrorlines ls 1 title "bare", data index 1 using 1:5:6:7 with yerrorlines ls 2 title "tcpalive"
set title "socket + connect, by rules"
plot data index 2 using 1:2:3:4 with yerrorlines ls 1 title "bare", data index 2 using 1:5:6:7 with yerrorlines ls 2 title "tcpalive"
unset multiplot
