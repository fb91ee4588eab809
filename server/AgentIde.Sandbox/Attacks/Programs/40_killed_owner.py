# A process that outlives who is to watch it. That of the sandbox is held by another process of this product, which is
# killed in the middle of it.
if facts["control"]:
    holder = os.fork()
    if holder == 0:
        if os.fork() == 0:
            os.setsid()
            os.close(1)
            os.close(2)
            name_process(facts["process"])
            time.sleep(60)
            os._exit(0)
        time.sleep(60)
    time.sleep(0.1)
    os.kill(holder, 9)
    os.waitpid(holder, 0)
done()
