package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"

	"cloud.google.com/go/pubsub/v2/pstest"
)

func main() {
	port := flag.Int("port", 0, "port to listen on; 0 picks a free one")
	flag.Parse()
	server := pstest.NewServerWithPort(*port)
	defer server.Close()
	fmt.Println(server.Addr)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	<-interrupted
}
